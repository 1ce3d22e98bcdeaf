import type { Btf } from "../../model/btf.js";
import { failureOf, type Cursor } from "../../spelling/cursor.js";
import type { Attribute, SyntaxContext } from "../../spelling/context.js";
import type { DataModel, ParamTree } from "../../spelling/index.js";
import type { Token } from "../../spelling/tokens.js";
import type { FunctionEntity, ObjectEntity, Use } from "./entities.js";
import type { Lexed } from "./lexer.js";
import type { Problems } from "./problems.js";
import type { Scopes } from "./scopes.js";
import type { TypeTable } from "./type-table.js";

/** A source as far as it is read. Every reader of a part of C takes it and moves its cursor on. */
export interface Unit {
  readonly cursor: Cursor;
  readonly context: SyntaxContext;
  readonly problems: Problems;
  readonly lexed: Lexed;
  readonly model: DataModel;
  readonly scopes: Scopes;
  readonly types: TypeTable;
  /** The graph that names are looked up in when the source has none. */
  readonly into: Btf | undefined;
  /** The attributes of the declaration being read, and those between `struct` and its tag. */
  attributes: Attribute[];
  tagAttributes: Attribute[];
  /** The attributes of parameters. */
  readonly paramAttributes: WeakMap<ParamTree, readonly Attribute[]>;
  /** Variables and functions in the order of the text. */
  readonly objects: (ObjectEntity | FunctionEntity)[];
  /** Those with a body or an initializer, in the order of these. */
  readonly definitions: (ObjectEntity | FunctionEntity)[];
  /** Tags on types and members, which come after what they mark. */
  readonly declTags: { readonly value: string; readonly typeId: number; readonly componentIdx: number }[];
  /** The function whose body is read. */
  currentFunction: FunctionEntity | undefined;
  /** What is used is noted here, in a body or an initializer. */
  uses: Use[] | undefined;
  /** Ids of types that CO-RE built-ins name. */
  readonly coreTypes: number[];
  /** Where the structs that `->` leads to are noted, while an expression is read whose accesses are kept. */
  preserved: number[] | undefined;
  /** Reads the block at the cursor; undefined outside of functions. */
  readBlock: (() => true | undefined) | undefined;
  /** Unknown names that were told once. */
  readonly unknown: Set<string>;
  /** Where the last unknown type stands, told or not. */
  readonly lastUnknown: { offset: number };
  /** Names of variables in functions, which LLVM numbers when they are alike. */
  readonly staticNames: Map<string, number>;
}

/** Notes why the cursor failed, and has it go on. What fails behind an unknown type of the same declaration follows from it. */
export function takeFailure({ cursor, problems, lastUnknown }: Unit, start: Token): void {
  const { message, offset } = failureOf(cursor);
  const follows = lastUnknown.offset >= start.offset && lastUnknown.offset <= offset;
  if (!follows) problems.error(offset, message);
  cursor.failure = undefined;
}
