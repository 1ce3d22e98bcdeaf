import { KIND, packInfo } from "../wire/kinds.js";
import { BtfError } from "../model/errors.js";
import type { DerivedType } from "../model/find-spelling.js";
import { INT_ENCODINGS } from "../model/types.js";
import type { DataModel } from "../spelling/index.js";

/** The words of a type that a spelling implies. Strings are interned by `intern`; `arrayIndex` gives an index type. */
export function impliedWords(
  type: DerivedType,
  model: DataModel,
  intern: (name: string) => number,
  arrayIndex: () => number,
): readonly number[] {
  switch (type.kind) {
    case "base": {
      const layout = model.base[type.base];
      if (layout === undefined) {
        throw new BtfError(`type '${type.base}': the target has no such type`, {
          code: "EINVAL",
          rule: "target-type",
        });
      }
      const { kind, btfName, size, encoding } = layout;
      if (kind === "FLOAT") return [intern(btfName), packInfo(KIND.FLOAT, 0), size];
      return [intern(btfName), packInfo(KIND.INT, 0), size, (INT_ENCODINGS[encoding] << 24) | (size * 8)];
    }
    case "PTR":
    case "CONST":
    case "VOLATILE":
    case "RESTRICT":
      return [0, packInfo(KIND[type.kind], 0), type.typeId];
    case "TYPE_TAG":
      return [intern(type.name), packInfo(KIND.TYPE_TAG, 0), type.typeId];
    case "ARRAY":
      return [0, packInfo(KIND.ARRAY, 0), 0, type.typeId, arrayIndex(), type.nrElems];
    default: {
      const params = type.params.flatMap(({ name, typeId }) => [intern(name), typeId]);
      return [0, packInfo(KIND.FUNC_PROTO, type.params.length), type.retTypeId, ...params];
    }
  }
}
