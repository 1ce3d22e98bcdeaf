import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { writeFileWhole } from "btfkit/node";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "btfkit-write-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const NEW = Buffer.from("new");

describe("writeFileWhole", () => {
  it("writes a new file", () => {
    writeFileWhole(join(folder, "out"), NEW);
    expect(readFileSync(join(folder, "out"))).toEqual(NEW);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("replaces a file, keeps its mode and what others have open", () => {
    const path = join(folder, "out");
    writeFileSync(path, "old text");
    chmodSync(path, 0o640);
    const { ino } = statSync(path);
    writeFileWhole(path, NEW);
    expect(readFileSync(path)).toEqual(NEW);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(ino);
  });

  it("writes through a symbolic link", () => {
    mkdirSync(join(folder, "there"));
    writeFileSync(join(folder, "there/target"), "old");
    symlinkSync("there/target", join(folder, "link"));
    writeFileWhole(join(folder, "link"), NEW);
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "there/target"))).toEqual(NEW);
    expect(readdirSync(join(folder, "there"))).toEqual(["target"]);
  });

  it("takes pieces, and leaves all as it was when one can't be made", () => {
    const path = join(folder, "out");
    writeFileWhole(path, (write) => {
      write(Buffer.from("one "));
      write(Buffer.from("two"));
    });
    expect(readFileSync(path, "utf8")).toBe("one two");
    const fault = new Error("no more");
    expect(() =>
      writeFileWhole(path, (write) => {
        write(NEW);
        throw fault;
      }),
    ).toThrow(fault);
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("names the file that can't be written", () => {
    const path = join(folder, "nowhere/out");
    expect(() => writeFileWhole(path, NEW)).toThrow(`${path}: can't be written: there is no such file`);
    expect(() => writeFileWhole(folder, NEW)).toThrow(`${folder}: can't be written: it is a directory`);
  });

  it.skipIf(!existsSync("/dev/null"))("writes to a device and leaves it one", () => {
    writeFileWhole("/dev/null", NEW);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});
