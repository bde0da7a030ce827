// What the console computes by itself: amounts as text, added up and taken apart.
import { expect, test } from 'vitest';

import { addTexts } from '../../console/parts/addTexts.ts';

test.each([
  [[], '0'],
  [['10.00', '0.05'], '10.05'],
  [['9007199254740993.01', '0.02'], '9007199254740993.03'],
  [['-1.50', '0.25'], '-1.25'],
  [['-0.05', '0.00'], '-0.05'],
  [['1', '2.5'], '3.5'],
  [['1000', '234'], '1234'],
])('%j come to %s', (amounts, sum) => {
  expect(addTexts(amounts)).toBe(sum);
});
