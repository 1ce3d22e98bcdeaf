import { HEAD_WORDS, infoKind, infoVlen, KIND, KIND_NAMES } from "../../wire/kinds.js";
import { locate, type Graph } from "../../model/graph.js";
import { readName } from "../../model/read-name.js";
import type { TypeTexts } from "../type-text.js";
import type { DiffType } from "./diff-types.js";
import type { DiffKind } from "./groups.js";

/** The kind of a type that a difference names. */
export function diffKind({ runs }: Graph, id: number): DiffKind {
  const { words, at } = locate(runs, id);
  return KIND_NAMES[infoKind(words[at + 1]!)] as DiffKind;
}

/** A type as a difference names it. */
export function describeType(graph: Graph, texts: TypeTexts, id: number): DiffType {
  const { words, at } = locate(graph.runs, id);
  const info = words[at + 1]!;
  const kind = infoKind(info);
  const name = readName(graph.runs, words[at]!) ?? "";
  const of = words[at + 2]!;
  let text: string;
  if (kind === KIND.TYPEDEF) text = `typedef ${texts.of(of, name)}`;
  else if (kind === KIND.FUNC || kind === KIND.VAR) text = texts.of(of, name);
  else if (name === "" && (kind === KIND.ENUM || kind === KIND.ENUM64)) {
    const first = readName(graph.runs, words[at + HEAD_WORDS]!) ?? "";
    text = `enum { ${first}${infoVlen(info) > 1 ? ", …" : ""} }`;
  } else text = texts.of(id);
  return { kind: KIND_NAMES[kind] as DiffKind, name, id, text };
}
