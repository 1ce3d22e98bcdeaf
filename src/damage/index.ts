export { damage } from "./damage.js";
export { damageAnswer, DAMAGES, type Damage, type DamageAnswer, type DamageName } from "./catalogue.js";
export type { Change, HeaderDamage, RawDamage, SectionName, SectionsDamage, TypeDamage } from "./raw-damage.js";
