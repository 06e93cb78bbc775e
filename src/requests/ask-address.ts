/** Where somebody asks for access to what they were refused. @param route its name, "GET /admin" */
export function askHref(route: string): string {
  return `/access/request?${new URLSearchParams({ route }).toString()}`;
}
