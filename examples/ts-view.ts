/** Typed readers and writers of a ring buffer's events: generated, compiled, used. */
import { transformSync } from "esbuild";

import { formatTsView, parseC } from "btfkit/text";

const graph = parseC(`
  enum verdict { PASS, DROP = 2 };
  struct address { unsigned char bytes[4]; unsigned short port; };
  struct event {
    unsigned int pid;
    char comm[16];
    unsigned long when;
    enum verdict verdict;
    unsigned int kind : 3, length : 13;
    struct address from, to;
  };
`);

// A project writes this to a file: btfkit gen prog.bpf.o --to ts-view --root "struct event" -o event.ts
const source = formatTsView(graph, { root: "struct event" });
console.log(source.split("\n").slice(0, 50).join("\n"));

interface EventModule {
  readonly eventBytes: number;
  readonly readEvent: (view: DataView, at?: number) => object;
  readonly writeEvent: (view: DataView, value: object, at?: number) => void;
}

/** What the file exports; a project would import it. */
function load(text: string): EventModule {
  const module = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval -- an import of what was just generated
  new Function("module", transformSync(text, { loader: "ts", format: "cjs" }).code)(module);
  return module.exports as EventModule;
}

const { eventBytes, readEvent, writeEvent } = load(source);
const view = new DataView(new ArrayBuffer(eventBytes));
const address = (last: number, port: number): object => ({ bytes: Uint8Array.of(10, 0, 0, last), port });
writeEvent(view, {
  pid: 4711,
  comm: "curl",
  when: 1_000_000_000n,
  verdict: 2,
  kind: 5,
  length: 1400,
  from: address(1, 40000),
  to: address(2, 443),
});
console.log(Buffer.from(view.buffer).toString("hex"));
const { comm, ...rest } = readEvent(view) as { comm: string; when: bigint };
console.log(comm, String(rest.when));
