/** What stands in an address where its route has a parameter: the first user and the first role there is. */
const values: Record<string, string> = { id: '1' };

/** The path of a route as somebody asks for it. */
export function askedFor(path: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The tests have no value for ":${name}" of ${path} yet.`);
    return value;
  });
}
