// Days and instants as people read them. Days belong to the books and have no zone; instants are shown in the browser's zone,
// which their title says.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-10-05` as `5 Oct 2026`. */
export function dayWords(day: string): string {
  const [year = '', month = '', date = ''] = day.slice(0, 10).split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Without its year where that is the same as another day's. */
export function shortDay(day: string, beside: string): string {
  const words = dayWords(day);
  return day.slice(0, 4) === beside.slice(0, 4) ? words.slice(0, -5) : words;
}

/** An instant as `5 Oct 14:03`, with its year where that is not this one's; '' as `never`. */
export function timeWords(instant: string | null): string {
  if (instant === null || instant === '') return 'never';
  const at = new Date(instant.includes('T') ? instant : instant.replace(' ', 'T').replace(/\+00$/, 'Z'));
  const two = (n: number): string => String(n).padStart(2, '0');
  const year = at.getFullYear() === new Date().getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
