// Freezes what was read once and is shared by all: a setting that changes under a run would break its result.

/** Freezes plain objects and arrays all the way down; maps are read-only by their type. */
export function deepFreeze<T>(value: T): T {
  if (value instanceof Map) for (const each of value.values()) deepFreeze(each);
  else if (Array.isArray(value) || (value !== null && Object.getPrototypeOf(value) === Object.prototype)) {
    for (const each of Object.values(value as object)) deepFreeze(each);
    Object.freeze(value);
  }
  return value;
}
