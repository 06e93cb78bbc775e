/** What stands in a test for the parameters of routes: by the path up to a parameter, the value that it takes. */
export type RouteValues = Record<string, string | number>;

/** The path with a value in place of each parameter. @throws Error for one that the test gives no value */
export function filled(path: string, values: RouteValues): string {
  return path.replace(/:\w+/g, (parameter, start: number) => {
    const value = values[path.slice(0, start) + parameter];
    if (value === undefined) throw new Error(`The test gives ${path.slice(0, start) + parameter} no value.`);
    return encodeURIComponent(value);
  });
}
