import type { Verb } from "./verb.js";

/** A command as the list of commands shows it; the rest is loaded when it is run. */
export interface VerbEntry {
  readonly summary: string;
  load(): Promise<Verb>;
}

/** Every command, in the order of the help. */
export const VERBS: Readonly<Record<string, VerbEntry>> = {
  dump: {
    summary: "print the types of a BTF",
    load: async () => (await import("./verbs/dump.js")).dump,
  },
  build: {
    summary: "make a BTF of C declarations",
    load: async () => (await import("./verbs/build.js")).build,
  },
  info: {
    summary: "say what a BTF holds: header, sections, kinds",
    load: async () => (await import("./verbs/info.js")).info,
  },
  load: {
    summary: "ask the running kernel whether it takes a BTF",
    load: async () => (await import("./verbs/load.js")).load,
  },
  verify: {
    summary: "say what any kernel's verifier would say of a BTF",
    load: async () => (await import("./verbs/verify.js")).verify,
  },
  lower: {
    summary: "rewrite a BTF so that an older kernel takes it",
    load: async () => (await import("./verbs/lower.js")).lower,
  },
  damage: {
    summary: "break a BTF on purpose, so that a kernel refuses it for one reason",
    load: async () => (await import("./verbs/damage.js")).damage,
  },
  fixtures: {
    summary: "write the fixtures that a project's *.btf.ts files define, or check them",
    load: async () => (await import("./verbs/fixtures.js")).fixtures,
  },
  gen: {
    summary: "write the program that makes a BTF, its bytes in a language, or typed readers of its structs",
    load: async () => (await import("./verbs/gen.js")).gen,
  },
  hexdump: {
    summary: "print a BTF as hexadecimal, every word explained",
    load: async () => (await import("./verbs/hexdump.js")).hexdump,
  },
  diff: {
    summary: "say what differs between two BTFs: types, members, values, signatures",
    load: async () => (await import("./verbs/diff.js")).diff,
  },
  layout: {
    summary: "show where the members of a struct lie, and what they leave free",
    load: async () => (await import("./verbs/layout.js")).layout,
  },
};
