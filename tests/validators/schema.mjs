// schema.mjs SCHEMA REPORT...: whether JSON reports keep to a schema. That of SARIF is of draft-04, which plain ajv refuses.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.EDGEFIT_VALIDATORS + '/');
const load = (name) => {
  const module = require(name);
  return module.default ?? module;
};
const [schemaFile, ...reports] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const draft04 = /draft-04/.test(schema.$schema ?? '');
const Ajv = load(draft04 ? 'ajv-draft-04' : 'ajv');
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
load('ajv-formats')(ajv);
const valid = ajv.compile(schema);
for (const report of reports) {
  const good = valid(JSON.parse(readFileSync(report, 'utf8')));
  console.log(report, good ? 'valid' : JSON.stringify(valid.errors.slice(0, 3)));
  if (!good) process.exitCode = 1;
}
