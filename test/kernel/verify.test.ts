/** The options of `verify`, and what a verdict says beside errno and log. */
import { describe, expect, it } from "vitest";

import { btf, encode } from "btfkit";
import { verify } from "btfkit/kernel";
import { loadBtf } from "btfkit/node";
import { logText } from "../../src/kernel/log-text.js";
import { kernelOracle } from "../kernel-oracle.js";
import { func, named, proto, raw, struct, types } from "./raw-types.js";

const GOOD = btf().addInt("int", 4, "signed").addStruct("s", 4).addField("a", "int", 0).build();
const DATA = encode(GOOD);
const BAD = types(named("a-b"));

describe("the log", () => {
  it("is there unless the level is 0", () => {
    const whole = verify(DATA);
    expect(whole.log.startsWith("magic: 0xeb9f\nversion: 1\n")).toBe(true);
    expect(whole.log.endsWith("[2] STRUCT s size=4 vlen=1\n\ta type_id=1 bits_offset=0\n")).toBe(true);
    expect(whole.logTrueSize).toBe(whole.logBytes.length + 1);
    expect(verify(DATA, { logLevel: 0 })).toMatchObject({ ok: true, log: "", logTrueSize: 0 });
    for (const logLevel of [2, 3, 4, 8, 15]) expect(verify(DATA, { logLevel }).log).toBe(whole.log);
  });

  it("keeps its bytes, and names of other bytes are no loss", () => {
    const { log, logBytes } = verify(types(named("\udcff\udc80")));
    expect(log.endsWith("[2] TYPEDEF \udcff\udc80 type_id=1 Invalid name\n")).toBe(true);
    expect([...logBytes.subarray(-26, -24)]).toEqual([0xff, 0x80]);
  });

  it("of more bytes than a string can hold has no text, and says so", () => {
    let caught: unknown;
    try {
      logText(new Uint8Array(2 ** 29));
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: "EFBIG", rule: "log-text" });
    expect(String(caught)).toContain("536870912 bytes");
  });

  it("that does not fit is ENOSPC, whatever the verdict, and keeps its end or, with 8, its start", () => {
    for (const data of [DATA, BAD]) {
      const { logBytes, logTrueSize } = verify(data);
      const end = verify(data, { logSize: 50 });
      const start = verify(data, { logSize: 50, logLevel: 8 });
      expect([end.errno, start.errno]).toEqual(["ENOSPC", "ENOSPC"]);
      expect(end.logBytes).toEqual(logBytes.slice(-49));
      expect(start.logBytes).toEqual(logBytes.slice(0, 49));
      expect([end.logTrueSize, start.logTrueSize]).toEqual([logTrueSize, logTrueSize]);
      expect(end.at?.rule).toBe("log-full");
    }
  });

  it("of a kernel before 6.4 keeps its start, and is ENOSPC only where the load would do", () => {
    const options = { kernel: "6.1", logSize: 128 } as const;
    const { logBytes } = verify(DATA);
    expect(verify(DATA, options)).toMatchObject({ errno: "ENOSPC", logBytes: logBytes.slice(0, 127) });
    expect(verify(BAD, options)).toMatchObject({ errno: "EINVAL", at: { rule: "name" } });
    expect(verify(DATA, { ...options, logSize: 127 }).at?.rule).toBe("log-arguments");
    expect(verify(DATA, { ...options, logLevel: 8 }).at?.rule).toBe("log-arguments");
  });

  it.each([
    { logLevel: 0, logSize: 4096 },
    { logLevel: 16 },
    { logLevel: -1 },
    { logLevel: 1.5 },
    { logSize: 2 ** 30 },
    { logSize: -1 },
  ])("with %j is misuse", (options) => {
    expect(verify(DATA, options)).toMatchObject({ errno: "EINVAL", log: "", at: { rule: "log-arguments" } });
  });

  const oracle = kernelOracle();
  it.skipIf(!oracle.available)(
    `of any size and level is the running kernel's${oracle.available ? "" : `: ${oracle.reason}`}`,
    () => {
      const { logTrueSize } = verify(DATA);
      const sizes = [0, 1, 2, 3, 10, 50, 127, 128, 200, logTrueSize - 1, logTrueSize, logTrueSize + 1, 4096];
      for (const data of [DATA, BAD, DATA.subarray(0, 30), DATA.subarray(0, 3)]) {
        for (const logSize of sizes) {
          for (const logLevel of [0, 1, 2, 4, 8, 9, 12, 15, 16]) {
            const { errno, logBytes } = loadBtf(data, { logLevel, logSize });
            const ours = verify(data, { logLevel, logSize });
            const said = { logSize, logLevel, errno, log: Buffer.from(logBytes).toString() };
            expect({ logSize, logLevel, errno: ours.errno, log: ours.log }).toEqual(said);
          }
        }
      }
    },
  );
});

describe("where it was refused", () => {
  it("says type, kind, element, byte, rule and hint", () => {
    const data = types(struct(4, [0, 1, 0, 0, 9, 0]));
    expect(verify(data).at).toEqual({
      rule: "member-type",
      typeId: 2,
      kind: "STRUCT",
      index: 1,
      // Behind the header, the INT, the struct's head, a member and a name.
      byteOffset: 24 + 16 + 12 + 12 + 4,
      hint: "a member must have a type with a size",
    });
    const extern = verify(types(proto(0), func(2, 2))).at;
    expect(extern).toMatchObject({ rule: "func-linkage", typeId: 3, kind: "FUNC", byteOffset: 24 + 16 + 12 + 4 });
    expect(extern?.hint).toBe("FUNC linkage extern is refused by every kernel; lower() makes it global");
    const header = verify(DATA.subarray(0, 30)).at;
    expect(header).toMatchObject({ rule: "section-length", byteOffset: 12 });
    expect(header?.typeId).toBeUndefined();
    expect(verify(DATA).at).toBeUndefined();
  });

  it("says of a parameter which", () => {
    const at = verify(types(proto(0, [0, 1, 0, 0, 0, 1]))).at;
    expect(at).toMatchObject({ rule: "argument", typeId: 2, kind: "FUNC_PROTO", index: 1 });
  });
});

describe("byte order", () => {
  it("is the host's, and the other one is refused with a hint", () => {
    const big = encode(GOOD, { endian: "big" });
    expect(verify(big, { host: "big" })).toMatchObject({ ok: true, log: verify(DATA).log });
    // Read in the other order, hdr_len is larger than the data.
    const { errno, log, at } = verify(big);
    expect({ errno, log }).toEqual({ errno: "EINVAL", log: "btf_header not found" });
    expect(at?.hint).toContain("the other byte order");
    expect(verify(DATA, { host: "big" }).at?.hint).toContain("the other byte order");
  });

  it("and alignment of the data make no difference", () => {
    const wider = new Uint8Array(DATA.length + 3);
    wider.set(DATA, 3);
    expect(verify(wider.subarray(3)).log).toBe(verify(DATA).log);
  });
});

it("a split graph is judged alone, with a hint", () => {
  const split = btf({ base: GOOD }).addPtr(2).addTypedef("t", 3).build();
  const { ok, at } = verify(split);
  expect(ok).toBe(false);
  expect(at?.hint).toContain("own part alone");
});

it("data above 16 MiB is E2BIG without a log", () => {
  const verdict = verify(new Uint8Array(2 ** 24 + 1));
  expect(verdict).toMatchObject({ errno: "E2BIG", log: "", logTrueSize: 0, at: { rule: "size-limit" } });
});

/** A struct with a kptr to a struct of the name. */
const kptr = (name: string, tag = "kptr"): Uint8Array =>
  types(
    struct(8, [], false, name),
    raw("TYPE_TAG", { name: tag, sizeOrType: 2 }),
    raw("PTR", { sizeOrType: 3 }),
    struct(8, [0, 4, 0]),
  );

describe("kptrs and the running kernel's types", () => {
  const vmlinux = btf()
    .addStruct("list_head", 16)
    .addStruct("task_struct", 8)
    .addFuncProto(0)
    .addFunc("bpf_task_release_dtor", "static", 3)
    .build();

  it("decide together", () => {
    for (const name of ["mine", "list_head", "task_struct"]) expect(verify(kptr(name)).ok).toBe(true);
    expect(verify(kptr("mine"), { vmlinux }).ok).toBe(true);
    expect(verify(kptr("task_struct"), { vmlinux }).ok).toBe(true);
    expect(verify(kptr("list_head"), { vmlinux })).toMatchObject({ errno: "ENOENT", at: { rule: "kptr-destructor" } });
    expect(verify(kptr("list_head", "kptr_untrusted"), { vmlinux }).ok).toBe(true);
    expect(verify(kptr("list_head"), { vmlinux, kernel: "6.1" }).ok).toBe(true);
  });
});
