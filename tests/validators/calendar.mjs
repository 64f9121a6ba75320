// calendar.mjs FILE: ical.js and node-ical read a calendar and agree on what is in it; recurring events go on.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.EDGEFIT_VALIDATORS + '/');
const load = async (name) => {
  const module = await import(pathToFileURL(require.resolve(name)).href);
  return module.default ?? module;
};
const fail = (text) => {
  console.log(text);
  process.exitCode = 1;
};
const text = readFileSync(process.argv[2], 'utf8');
for (const [number, line] of text.split('\r\n').entries())
  if (Buffer.byteLength(line) > 75) fail(`line ${number + 1} has ${Buffer.byteLength(line)} octets`);
if (/[^\r]\n|\r[^\n]/.test(text)) fail('a line does not end in CR LF');

const ICAL = await load('ical.js');
const calendar = new ICAL.Component(ICAL.parse(text));
const events = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
const uids = new Set();
for (const event of events) {
  if (!event.uid || uids.has(event.uid)) fail(`UID missing or there twice: ${event.uid}`);
  uids.add(event.uid);
  if (!event.startDate.isDate || event.endDate.compare(event.startDate) <= 0) fail(`${event.uid}: no whole days`);
  if (event.component.getFirstPropertyValue('dtstamp') === null) fail(`${event.uid}: no DTSTAMP`);
  if (!event.isRecurring()) continue;
  const dates = event.iterator();
  const [first, second] = [dates.next(), dates.next()];
  if (first.compare(event.startDate) !== 0) fail(`${event.uid}: begins on ${event.startDate}, its rule on ${first}`);
  if (!second || first.dayOfWeek() !== 2 || second.dayOfWeek() !== 2) fail(`${event.uid}: not on Mondays`);
}
const todos = calendar.getAllSubcomponents('vtodo').length;
const nodeIcal = await load('node-ical');
const read = Object.values(nodeIcal.sync.parseICS(text));
const count = (type) => read.filter((one) => one.type === type).length;
if (count('VEVENT') !== events.length || count('VTODO') !== todos)
  fail(`ical.js sees ${events.length} events and ${todos} tasks, node-ical ${count('VEVENT')} and ${count('VTODO')}`);
if (events.length === 0) fail('no event');
console.log(`${process.argv[2]}: ${events.length} events, ${todos} tasks`);
