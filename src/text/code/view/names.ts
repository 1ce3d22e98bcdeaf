/** What the text of a view uses itself, and what would hide it. */
const TAKEN = new Set([
  "Array",
  "BigInt",
  "Boolean",
  "DataView",
  "Math",
  "Number",
  "Object",
  "RangeError",
  "String",
  "Uint8Array",
]);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** `struct ring_event` as `RingEvent`: what of a name can stand in an identifier. */
export function pascal(name: string): string {
  const words = name.split(/[^A-Za-z0-9$]+/).filter((word) => word !== "");
  const text = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Z$]/.test(text) ? text : `_${text}`;
}

/** Names that are given once each. */
export class UniqueNames {
  readonly #given = new Set<string>(TAKEN);

  /** The name, or with a number after it when it is taken. */
  give(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#given.has(name); i++) name = `${wanted}${i}`;
    this.#given.add(name);
    return name;
  }
}

/** A property as an object literal or an interface has it. */
export function propertyKey(name: string): string {
  // In a literal a plain or quoted `__proto__` is no property.
  if (name === "__proto__") return '["__proto__"]';
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

/** What follows an object for its property. */
export function propertyAccess(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
