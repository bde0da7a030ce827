// One invariant of `verify`: what was asked, whether it holds, and the first of what speaks against it.

export interface Check {
  name: string;
  ok: boolean;
  evidence: string[];
}
