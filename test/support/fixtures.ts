import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { Form, RejectedForm } from '../../src/forms/form';
import type { holder } from './holder';
import type { Person } from './person';
import type { RouteValues } from './route-parameters';
import type { Site } from './site';

/** One try at a route: what stands in its path, what is sent, and what is looked at first where a preview is confirmed. */
export interface Attempt {
  id?: number | string;
  fields?: Record<string, string>;
  isShownFirst?: boolean;
}

type Holder = Awaited<ReturnType<typeof holder>>;

/** Who tries what on whom: the target holds `role` besides `User`, and it is what is given, changed and taken. */
export interface Cell {
  site: Site;
  actor: Holder;
  target: Holder & { email: string; session: string; request: number };
  role: string;
  /** The last event when they were made. */
  mark: number;
}

/** Who sends a form: somebody who has asked for access, and holds `User`; or whoever its page is for. */
export type Sender = 'visitor' | 'fan' | 'admin' | ((site: Site) => Promise<Person>);

type AnyForm = Pick<Form<z.ZodRawShape>, 'fieldNames' | 'transform'>;

/** A form that an address takes, with what is sent to it besides. */
interface TakenForm {
  as: Sender;
  form: AnyForm;
  query?: string;
}

/** What a feature brings for the tests of the whole house, in a file of its own in test/fixtures. */
export interface FeatureFixtures {
  /** By the path up to a parameter: its value for a record of this user, who has one then. */
  records?: Readonly<Record<`/${string}:${string}`, (site: Site, userId: number) => Promise<string | number>>>;
  /** What is tried at each route that can change something: as somebody would who may not. */
  attempts?: Readonly<Record<string, readonly ((cell: Cell) => Attempt | Promise<Attempt>)[]>>;
  /** By route: the forms that it reads, whose page says why a field is refused. */
  forms?: Readonly<Record<string, TakenForm | readonly TakenForm[]>>;
}

const source = join(__dirname, '../../src');
const folder = join(__dirname, '../fixtures');
/** Each feature brings its file, and no list names them. */
const all = readdirSync(folder).map(
  (file) => jest.requireActual<{ fixtures: FeatureFixtures }>(join(folder, file)).fixtures,
);

export const attempts = Object.assign({}, ...all.map((one) => one.attempts)) as NonNullable<
  FeatureFixtures['attempts']
>;

const records = Object.assign({}, ...all.map((one) => one.records)) as NonNullable<FeatureFixtures['records']>;

const takenForms = all.flatMap(({ forms = {} }) =>
  Object.entries(forms).flatMap(([route, taken]) => [taken].flat().map((one) => ({ route, ...one }))),
);

/** Each field of each form that takes one text, with its route. */
export const textFields = takenForms.flatMap(({ route, as, form, query = '' }) =>
  form.fieldNames
    .filter((field) => refusesTwo(form, field))
    .map((field): [route: string, field: string, as: Sender, query: string] => [route, field, as, query]),
);

/** The names of those in the files for forms, `*.form.ts`, that no feature brings an address for. */
export function formsThatNobodySends(): string[] {
  const known = new Set(takenForms.map(({ form }) => form));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.form.ts'));
  return files.flatMap((file) => formsIn(file).flatMap(([name, form]) => (known.has(form) ? [] : `${file}: ${name}`)));
}

/** By its own name, or its name in an object of several. */
function formsIn(file: string): [name: string, form: AnyForm][] {
  const exported = Object.entries(jest.requireActual<Record<string, object>>(join(source, file)));
  const named: [string, unknown][] = exported.flatMap((one) => [one, ...Object.entries(one[1])]);
  return named.filter((one): one is [string, AnyForm] => one[1] instanceof Form);
}

function refusesTwo(form: AnyForm, field: string): boolean {
  try {
    form.transform({ [field]: ['one', 'another'] });
    return false;
  } catch (error) {
    return error instanceof RejectedForm && field in error.model.errors;
  }
}

/** What stands for the parameters of a path, or of every path: records of this user. */
export async function valuesOf(site: Site, userId: number, path?: string): Promise<RouteValues> {
  const values: RouteValues = {};
  for (const [parameter, valueOf] of Object.entries(records))
    if (path === undefined || path.startsWith(parameter)) values[parameter] = await valueOf(site, userId);
  return values;
}
