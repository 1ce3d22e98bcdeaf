/** What the tests of the catalogue break. */
import { btf } from "btfkit";
import { damage, DAMAGES, type Damage, type DamageName } from "btfkit/damage";

/** What every kernel accepts. */
export const SOUND = btf()
  .addInt("int", 4, "signed")
  .addStruct("event", 8)
  .addField("pid", "int", 0)
  .addField("cpu", "int", 32)
  .addPtr("struct event")
  .build();

/** Megabytes of data, which take a kernel seconds. */
export const LARGE: ReadonlySet<DamageName> = new Set(["data-too-long", "types-over-limit"]);

/** All but those. */
export const SMALL: readonly Damage[] = DAMAGES.filter(({ name }) => !LARGE.has(name));

/** What a recipe makes of {@link SOUND}. */
export const broken = (name: DamageName): Uint8Array => damage(SOUND, name);
