import type { Btf } from "../../model/btf.js";
import { BtfError } from "../../model/errors.js";
import { rootId } from "../root-id.js";
import { TypeTexts } from "../type-text.js";
import type { Picture, PictureOptions } from "./picture.js";
import { TypeNodes } from "./type-node.js";

/** Types of a picture whose depth nobody gave; with more it can't be read. */
const FEW = 100;

/** Types of a picture at most; with more nobody draws it. */
const MOST = 2000;

function tooMany(call: string, what: string, count: number): BtfError {
  return new BtfError(
    `${call}: ${what} is ${count} types; a picture has ${MOST} at most: give a root, or a lower depth`,
    {
      code: "E2BIG",
      rule: "picture-size",
    },
  );
}

/** The types that a picture without a root shows: all of the graph's own but those that are part of others. */
function allIds(graph: Btf, nodes: TypeNodes, call: string): number[] {
  const isReferred = new Uint8Array(graph.typeCount);
  for (let id = graph.startId; id < graph.typeCount; id++) {
    graph.forEachReference(id, (to) => {
      if (to < isReferred.length && to !== id) isReferred[to] = 1;
    });
  }
  const ids: number[] = [];
  for (let id = graph.startId; id < graph.typeCount; id++) {
    if (isReferred[id] === 0 || !nodes.isFolded(id)) ids.push(id);
  }
  if (ids.length > MOST) throw tooMany(call, "the graph", ids.length);
  return ids;
}

/** The types of a picture: those that are shown whole, and those at its edge. */
interface Shown {
  readonly whole: number[];
  readonly cut: readonly number[];
}

/** The types around the roots, step by step. */
class Surroundings {
  readonly #graph: Btf;
  readonly #types: TypeNodes;
  readonly #seen: Set<number>;

  constructor(graph: Btf, types: TypeNodes, roots: readonly number[]) {
    this.#graph = graph;
    this.#types = types;
    this.#seen = new Set(roots);
  }

  /** The types that are up to `depth` steps away; without one as many steps as lead to few types. */
  within(depth: number | undefined, call: string): Shown {
    const whole: number[] = [];
    let current = [...this.#seen];
    for (let step = 0; ; step++) {
      const next = this.#step(current, depth === 0);
      if (depth === undefined && step > 0 && this.#seen.size > FEW) return { whole, cut: current };
      if (this.#seen.size > MOST) throw tooMany(call, `what is ${step + 1} steps away`, this.#seen.size);
      for (const id of current) whole.push(id);
      if (next.length === 0 || depth === 0 || step + 1 === depth) return { whole, cut: next };
      current = next;
    }
  }

  /** Types that those of a list lead to, and that nobody has seen. Structs without a name are no step: the list grows. */
  #step(current: number[], isLast: boolean): number[] {
    const next: number[] = [];
    for (let i = 0; i < current.length && this.#seen.size <= MOST; i++) {
      for (const { to } of this.#types.edges(current[i]!)) {
        const isPart = this.#isPart(to);
        if (this.#seen.has(to) || (isLast && !isPart)) continue;
        this.#seen.add(to);
        (isPart ? current : next).push(to);
      }
    }
    return next;
  }

  #isPart(id: number): boolean {
    const { kind, name } = this.#graph.type(id);
    return (kind === "STRUCT" || kind === "UNION") && name === "";
  }
}

/** DECL_TAGs of the types of a picture. */
function tagsOf(graph: Btf, ids: ReadonlySet<number>): number[] {
  const tags: number[] = [];
  for (const [id, type] of graph.types())
    if (type.kind === "DECL_TAG" && ids.has(type.typeId) && !ids.has(id)) tags.push(id);
  return tags;
}

/**
 * The types that a picture shows and the lines between them.
 *
 * @throws BtfError ENOENT `root`, EINVAL `type-id-range` and `picture-depth`, E2BIG `picture-size`
 */
export function makePicture(graph: Btf, { root, depth }: PictureOptions, call: string): Picture {
  if (depth !== undefined && !(depth >= 0 && (Number.isInteger(depth) || depth === Infinity))) {
    throw new BtfError(`${call}: depth is ${depth}; expected a whole number of steps`, {
      code: "EINVAL",
      rule: "picture-depth",
      field: "depth",
    });
  }
  const types = new TypeNodes(graph, new TypeTexts(graph));
  const roots = root === undefined ? allIds(graph, types, call) : [root].flat().map((one) => rootId(graph, one, call));
  // Without a root only types of a base are beyond.
  const { whole, cut } = new Surroundings(graph, types, roots).within(root === undefined ? 1 : depth, call);
  const ids = new Set([...whole, ...cut]);
  whole.push(...tagsOf(graph, ids));
  return {
    nodes: [...whole.map((id) => types.node(id)), ...cut.map((id) => types.cutNode(id))],
    edges: whole.flatMap((id) => types.edges(id).filter(({ to }) => ids.has(to))),
  };
}
