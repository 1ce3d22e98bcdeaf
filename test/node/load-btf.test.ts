import { fstatSync } from "node:fs";

import { afterEach, describe, expect, it, vi } from "vitest";

import { canLoad, closeFd, loadBtf } from "btfkit/node";
import { kernelOracle } from "../kernel-oracle.js";
import { info, rawBtf } from "../raw-btf.js";

const INT = [1, info(1), 4, 0x01000020];
const GOOD = rawBtf([INT], "\0int\0");
const BAD = rawBtf([INT, [0, info(2), 9]], "\0int\0");

const kernel = kernelOracle();
const why = kernel.available ? "" : ` (skipped: ${kernel.reason})`;

describe.skipIf(!kernel.available)(`loadBtf asks the running kernel${why}`, () => {
  it("which takes what is right and logs it", () => {
    const result = loadBtf(GOOD);
    expect(result).toMatchObject({ ok: true, errno: 0 });
    expect(result.log).toContain("[1] INT int size=4 bits_offset=0 nr_bits=32 encoding=SIGNED");
    expect(Buffer.from(result.logBytes).toString()).toBe(result.log);
    expect("fd" in result).toBe(false);
  });

  it("which refuses what is wrong, with errno and log", () => {
    const result = loadBtf(BAD);
    expect(result).toMatchObject({ ok: false, errno: "EINVAL" });
    expect(result.log).toMatch(/\[2\] PTR \(anon\) type_id=9 Invalid type_id\n$/);
    expect(loadBtf(GOOD.subarray(0, 10))).toMatchObject({ ok: false, errno: "EINVAL" });
    expect(loadBtf(new Uint8Array())).toMatchObject({ ok: false, errno: "EINVAL" });
    const version = GOOD.slice();
    version[2] = 2;
    expect(loadBtf(version)).toMatchObject({ ok: false, errno: "ENOTSUPP" });
    const tail = Uint8Array.from([...GOOD.subarray(0, 24), 1, ...GOOD.subarray(24)]);
    tail[4] = 25;
    expect(loadBtf(tail)).toMatchObject({ ok: false, errno: "E2BIG", log: "Unsupported btf_header" });
  });

  it("without a log", () => {
    expect(loadBtf(BAD, { logLevel: 0 })).toMatchObject({ ok: false, errno: "EINVAL", log: "" });
    expect(loadBtf(GOOD, { logLevel: 0 })).toMatchObject({ ok: true, errno: 0, log: "" });
  });

  it("with a log that is longer than the first try has room for", () => {
    const types = Array.from({ length: 5000 }, () => INT);
    const result = loadBtf(rawBtf(types, "\0int\0"));
    expect(result.ok).toBe(true);
    expect(result.logBytes.length).toBeGreaterThan(5000 * 60);
    expect(result.log).toContain("[5000] INT int ");
  });

  it("with a log of a given size", () => {
    const whole = loadBtf(GOOD).log;
    const size = whole.length + 1;
    expect(loadBtf(GOOD, { logSize: size })).toMatchObject({ ok: true, log: whole });
    const short = loadBtf(GOOD, { logSize: size - 1 });
    expect(short).toMatchObject({ ok: false, errno: "ENOSPC" });
    expect(short.logBytes.length).toBe(size - 2);
  });

  it("and keeps the object open when told to", () => {
    const { fd } = loadBtf(GOOD, { keepOpen: true });
    expect(fd).toBeGreaterThan(2);
    fstatSync(fd!);
    closeFd(fd!);
    expect(() => fstatSync(fd!)).toThrow("EBADF");
    expect("fd" in loadBtf(BAD, { keepOpen: true })).toBe(false);
  });

  it("also with bytes that begin anywhere", () => {
    for (const offset of [1, 2, 3]) {
      const bytes = new Uint8Array(GOOD.length + offset + 5).subarray(offset, offset + GOOD.length);
      bytes.set(GOOD);
      expect(loadBtf(bytes).ok).toBe(true);
    }
  });

  it("and says that it can", () => {
    expect(canLoad()).toEqual({ ok: true });
  });
});

describe("loadBtf where the kernel can't be asked", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.resetModules();
    vi.doUnmock("node:module");
  });

  it("says that this is no Linux", async () => {
    vi.resetModules();
    vi.spyOn(process, "platform", "get").mockReturnValue("darwin");
    const node = await import("btfkit/node");
    expect(() => node.loadBtf(GOOD)).toThrow(expect.objectContaining({ rule: "bpf-platform", code: "EOPNOTSUPP" }));
    expect(node.canLoad()).toMatchObject({ ok: false, reason: expect.stringContaining("darwin") });
  });

  it.skipIf(process.platform !== "linux")("says that the machine is not known", async () => {
    vi.resetModules();
    vi.spyOn(process, "arch", "get").mockReturnValue("mips");
    const node = await import("btfkit/node");
    expect(() => node.loadBtf(GOOD)).toThrow(expect.objectContaining({ rule: "bpf-arch" }));
  });

  it.skipIf(process.platform !== "linux")("says that koffi is missing, and reads files without it", async () => {
    vi.resetModules();
    vi.doMock("node:module", () => ({
      createRequire: () => () => {
        throw new Error("Cannot find module 'koffi'");
      },
    }));
    const node = await import("btfkit/node");
    expect(node.canLoad()).toMatchObject({ ok: false, reason: expect.stringContaining("npm install koffi") });
    expect(() => node.loadBtf(GOOD)).toThrow(expect.objectContaining({ rule: "bpf-koffi" }));
  });

  it("refuses options that are no 32-bit numbers", () => {
    expect(() => loadBtf(GOOD, { logSize: -1 })).toThrow(expect.objectContaining({ rule: "load-option" }));
    expect(() => loadBtf(GOOD, { logLevel: 1.5 })).toThrow(expect.objectContaining({ field: "logLevel" }));
  });
});
