/**
 * C type names and declarators as plain data, and back; the data models of targets; the layout of C records.
 *
 * @module
 */
export { baseTypeNames, baseTypeOfBtfName, baseTypeOfWords } from "./base-types.js";
export { DATA_MODELS, dataModel } from "./data-models.js";
export type {
  ArgumentList,
  BaseEncoding,
  BaseLayout,
  DataModel,
  SizedBaseType,
  Target,
  TargetName,
} from "./data-models.js";
export { formatTypeName } from "./format.js";
export { EMPTY_RECORD, finishRecord, placeMember } from "./layout.js";
export type { MemberShape, Placement, RecordCursor } from "./layout.js";
export { nearestNames } from "./nearest.js";
export { parseDeclaration, parseTypeName } from "./parse.js";
export type { Declaration, DeclarationResult, ParseResult } from "./parse.js";
export type { Storage } from "./specifiers.js";
export type { SpellingFailure } from "./tokens.js";
export { BASE_TYPES, equalTrees } from "./tree.js";
export type {
  ArrayTree,
  BaseTree,
  BaseType,
  FunctionTree,
  NameTree,
  ParamTree,
  TaggedTree,
  TypeTagTree,
  TypeTree,
  WrapperTree,
} from "./tree.js";
