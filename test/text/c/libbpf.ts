import { createRequire } from "node:module";

import type KoffiModule from "koffi";

import type { Oracle } from "../../oracles.js";

type Koffi = typeof KoffiModule;
type Pointer = unknown;

/** libbpf's own functions, as far as they are needed to ask what it makes of an object file. */
interface Libbpf {
  open(path: string): Uint8Array | undefined;
}

function load(): Libbpf {
  const koffi = createRequire(import.meta.url)("koffi") as Koffi;
  const library = koffi.load("libbpf.so.1");
  const openFile = library.func("void *bpf_object__open_file(const char *path, const void *opts)");
  const btfOf = library.func("void *bpf_object__btf(const void *object)");
  const rawData = library.func("const void *btf__raw_data(const void *btf, _Out_ uint32_t *size)");
  const close = library.func("void bpf_object__close(void *object)");
  library.func("void *libbpf_set_print(void *print)")(null);
  return {
    open(path) {
      const object = openFile(path, null) as Pointer;
      if (object === null) return undefined;
      const btf = btfOf(object) as Pointer;
      const size = [0];
      const data = btf === null ? null : (rawData(btf, size) as Pointer);
      const bytes = data === null ? undefined : Uint8Array.from(koffi.decode(data, "uint8_t", size[0]!) as number[]);
      close(object);
      return bytes;
    },
  };
}

let loaded: Libbpf | string | undefined;

function attempt(): Libbpf | string {
  try {
    return load();
  } catch (error) {
    return `libbpf.so.1 cannot be called: ${String(error)}`;
  }
}

/** Whether libbpf can be called here. Where oracles are required, an error when it cannot. */
export function libbpfOracle(): Oracle {
  loaded ??= attempt();
  if (typeof loaded !== "string") return { available: true };
  if (process.env["BTFKIT_REQUIRE_ORACLES"] === "1")
    throw new Error(`${loaded}, and BTFKIT_REQUIRE_ORACLES=1 asks for it`);
  return { available: false, reason: loaded };
}

/** The BTF of an object file after libbpf has opened it; undefined when it opens none. */
export function openedBtf(path: string): Uint8Array | undefined {
  if (loaded === undefined || typeof loaded === "string") throw new Error("libbpf is not loaded");
  return loaded.open(path);
}
