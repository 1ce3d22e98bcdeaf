import type { Endian } from "../../../wire/header.js";
import { commentText } from "../c-text.js";
import { literal, WIDTH } from "../ts-layout.js";
import { Access } from "./access.js";
import { helperText } from "./helpers.js";
import { propertyAccess, propertyKey } from "./names.js";
import {
  fieldsOf,
  type Choice,
  type Field,
  type Item,
  type Records,
  type ViewEnum,
  type ViewRecord,
} from "./records.js";

/** `RingEvent` as `ringEvent`. */
const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** A call whose last argument is a function of one expression, from where its body begins. */
const CALLBACK = /^(.*?\((?:item\d*, )?[ijk]\d*\) =>) (.*)\)([;,])$/;

/** A line, or where it is too long for one the callbacks in it each on lines of their own. */
function lines(indent: string, text: string): string[] {
  const parts = indent.length + text.length > WIDTH ? CALLBACK.exec(text) : null;
  if (parts === null) return [indent + text];
  const [, head, body, end] = parts;
  return [`${indent}${head}`, ...lines(`${indent}  `, `${body},`), `${indent})${end}`];
}

function enumText({ name, text, isWide, values }: ViewEnum): string[] {
  const entries = values.map(([key, value]) => `  ${propertyKey(key)}: ${literal(value)},`);
  const body =
    entries.length === 0
      ? [`export const ${name} = {} as const;`]
      : [`export const ${name} = {`, ...entries, "} as const;"];
  return [
    `/** ${commentText(text)}: the values that have names. */`,
    ...body,
    "",
    `/** A value of ${commentText(text)}, also one without a name. */`,
    `export type ${name} = ${isWide ? "bigint" : "number"};`,
    "",
  ];
}

function interfaceText({ name, text, bytes, items, omitted }: ViewRecord, access: Access): string[] {
  const members = [...fieldsOf(items)].flatMap((field) => [
    ...(field.shape.kind === "pointer" ? [`  /** \`${commentText(field.shape.text)}\` */`] : []),
    `  ${propertyKey(field.property)}${field.optional ? "?" : ""}: ${access.fieldType(field)};`,
  ]);
  const left = omitted.map((what) => `  // ${commentText(what)} is left out.`);
  const head = `/** ${commentText(text)}, ${bytes} byte${bytes === 1 ? "" : "s"}. */`;
  if (members.length + left.length === 0) return [head, `export interface ${name} {}`, ""];
  return [head, `export interface ${name} {`, ...members, ...left, "}", ""];
}

function readerText({ name, text, bytes, items }: ViewRecord, access: Access): string[] {
  const properties = [...fieldsOf(items)].flatMap((field) => {
    return lines("    ", `${propertyKey(field.property)}: ${access.read(field, bytes)},`);
  });
  const head = [`/** Reads ${commentText(text)} at a byte of a view. */`];
  if (properties.length === 0)
    return [...head, `export function read${name}(_view: DataView, _at = 0): ${name} {`, "  return {};", "}", ""];
  return [
    ...head,
    `export function read${name}(view: DataView, at = 0): ${name} {`,
    "  return {",
    ...properties,
    "  };",
    "}",
    "",
  ];
}

/** Writes the statements of items; those inside unions ask first whether there is something to write. */
class WriterText {
  readonly #record: ViewRecord;
  readonly #access: Access;

  constructor(record: ViewRecord, access: Access) {
    this.#record = record;
    this.#access = access;
  }

  lines(items: readonly Item[], indent: string): string[] {
    return items.flatMap((item) => (item.kind === "field" ? this.#field(item, indent) : this.#choice(item, indent)));
  }

  #field(field: Field, indent: string): string[] {
    const value = `value${propertyAccess(field.property)}`;
    const statement = this.#access.write(field, this.#record.bytes, value);
    if (!field.optional) return lines(indent, statement);
    const guard = `if (${value} !== undefined)`;
    if (indent.length + guard.length + 1 + statement.length <= WIDTH) return [`${indent}${guard} ${statement}`];
    return [indent + guard, ...lines(`${indent}  `, statement)];
  }

  #choice({ alternatives }: Choice, indent: string): string[] {
    const all: string[] = [];
    for (const [i, items] of alternatives.entries()) {
      const fields = [...fieldsOf(items)];
      const present = fields.map(({ property }) => `value${propertyAccess(property)} !== undefined`);
      const isOne = items.length === 1 && items[0]!.kind === "field";
      const inner = `${indent}  `;
      const begun = i === 0 ? `${indent}if (` : `${all.pop()!} else if (`;
      const line = `${begun}${present.join(" || ")}) {`;
      if (line.length <= WIDTH) all.push(line);
      else
        all.push(
          begun,
          ...present.map((each, j) => `${inner}${each}${j < present.length - 1 ? " ||" : ""}`),
          `${indent}) {`,
        );
      if (isOne) {
        const field = fields[0]!;
        const value = `value${propertyAccess(field.property)}`;
        all.push(...lines(inner, this.#access.write(field, this.#record.bytes, value)));
      } else all.push(...this.lines(items, inner));
      all.push(`${indent}}`);
    }
    return all;
  }
}

function writerText(record: ViewRecord, access: Access): string[] {
  const { name, text, items } = record;
  const statements = new WriterText(record, access).lines(items, "  ");
  const head = [`/** Writes ${commentText(text)} at a byte of a view; padding stays as it is. */`];
  if (statements.length === 0)
    return [...head, `export function write${name}(_view: DataView, _value: ${name}, _at = 0): void {}`, ""];
  return [
    ...head,
    `export function write${name}(view: DataView, value: ${name}, at = 0): void {`,
    ...statements,
    "}",
    "",
  ];
}

/** The whole text of views. */
export function viewText(records: Records, endian: Endian, comment: string): string {
  const access = new Access(endian, (id) => records.nameOf(id));
  const text = [`// ${comment}`, ""];
  for (const each of records.enums.values()) text.push(...enumText(each));
  for (const record of records.records) {
    text.push(...interfaceText(record, access));
    text.push(
      `/** Bytes of ${commentText(record.text)}. */`,
      `export const ${lower(record.name)}Bytes = ${record.bytes};`,
      "",
    );
    text.push(...readerText(record, access), ...writerText(record, access));
  }
  return [...text, ...[...access.helpers].sort().map((helper) => helperText(helper, endian))].join("\n");
}
