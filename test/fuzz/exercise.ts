import { decode, encode, isBtfError, type Btf } from "btfkit";

/** Ids that are asked one by one; the others are asked together. */
const SINGLE_IDS = 40;

/** Calls that may throw a BtfError and nothing else. */
function attempt(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!isBtfError(error)) throw error;
  }
}

/** Fails with a message of ours, for what should hold and does not. */
function insist(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Every accessor of a graph, on every id and on ids that are none of its. */
function accessAll(graph: Btf): void {
  const { startId, typeCount } = graph;
  const names = new Set<string>();
  for (const [id, type] of graph.types()) {
    names.add(type.name);
    insist(graph.raw(id).length >= 3, `raw(${id}) is shorter than a type`);
    const references = graph.references(id);
    let count = 0;
    graph.forEachReference(id, (to) => insist(to === references[count++], "forEachReference and references differ"));
    graph.sizeOf(id);
    graph.alignOf(id);
    attempt(() => graph.resolve(id));
    graph.referrers(id);
    if (id < startId + SINGLE_IDS) for (const _ of graph.walk([id])) void _;
  }
  for (let id = Math.max(0, startId - 3); id < startId; id++) {
    graph.type(id);
    graph.referrers(id);
    graph.sizeOf(id);
  }
  for (const id of [-1, 0.5, typeCount, 2 ** 31, 2 ** 32, Number.NaN]) {
    attempt(() => graph.type(id));
    attempt(() => graph.references(id));
    attempt(() => graph.alignOf(id));
    attempt(() => graph.raw(id));
  }
  const walked = [...graph.walk(Array.from({ length: typeCount - startId }, (_, i) => startId + i))];
  insist(walked.length === new Set(walked).size, "walk gives an id twice");
  for (const name of names) {
    const all = graph.findAll(name);
    insist(graph.find(name) === all[0] || name === "void", `find(${JSON.stringify(name)}) is not the first of findAll`);
    insist(name === "" || all.length > 0, `a type's own name ${JSON.stringify(name)} is not found`);
    graph.findString(name);
  }
  attempt(() => graph.id("struct a *"));
  insist(graph.toString().length >= 0 && graph.toJSON().length > 0, "no text");
  insist(graph.pointerSize === 4 || graph.pointerSize === 8, "pointerSize");
}

function encodeAll(graph: Btf, bytes: Uint8Array, options: { readonly base?: Btf }): void {
  if (graph.diagnostics.length === 0 && encode(graph).length > 0) {
    insist(Buffer.compare(encode(graph), bytes) === 0, "encode does not give the bytes back");
  }
  for (const endian of ["little", "big"] as const) {
    const flipped = encode(graph, { endian });
    const again = decode(flipped, { ...options, lenient: true });
    insist(again.typeCount === graph.typeCount, `encode to ${endian} endian loses types`);
    if (graph.diagnostics.length === 0) insist(again.equals(graph), `encode to ${endian} endian gives another graph`);
  }
  attempt(() => encode(graph, { layout: true }));
  attempt(() => encode(graph, { layout: false, header: 32 }));
  attempt(() => encode(graph, { header: 24 }));
}

/** How an input fared: accepted by a strict decode, read by a lenient one. */
export type Outcome = "accepted" | "read";

/** Decodes bytes strictly and leniently and does everything with what comes out. Throws for anything but a BtfError. */
export function exercise(bytes: Uint8Array, base?: Btf): Outcome {
  const options = base === undefined ? {} : { base };
  let strict: Btf | undefined;
  attempt(() => (strict = decode(bytes, options)));
  const lenient = decode(bytes, { ...options, lenient: true, borrow: true });
  insist((strict !== undefined) === (lenient.diagnostics.length === 0), "strict and lenient decode disagree");
  for (const { byteOffset } of lenient.diagnostics) {
    insist(
      byteOffset >= 0 && byteOffset <= Math.max(bytes.length, 32),
      `byte offset ${byteOffset} is not in the input`,
    );
  }
  accessAll(lenient);
  encodeAll(lenient, bytes, options);
  if (strict === undefined) return "read";
  insist(strict.equals(lenient) && lenient.equals(strict), "strict and lenient graphs differ");
  insist(strict.diagnostics.length === 0, "a strict graph has diagnostics");
  return "accepted";
}
