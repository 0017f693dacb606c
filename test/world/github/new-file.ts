import { atLeast } from "./access.ts";
import { commitFiles } from "./commits.ts";
import { escape, page } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Hands } from "./register.ts";

/** An address that is longer than servers take, as GitHub answers it (docs, "Using query parameters to create a pull request"). */
const longestAddress = 8190;

/**
 * GitHub's page for a new file, `/<owner>/<name>/new/<branch>?filename=…&value=…`, and the commit that its form makes, for people with
 * write access. Null for what isn't such a page.
 */
export function newFilePage({ core, hooks }: Hands, request: PageRequest): (() => Page) | null {
  const { url, cookie, method, text } = request;
  const [, owner, name, branch] = /^\/([^/]+)\/([^/]+)\/new\/(.+)$/.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || branch === undefined) return null;
  return () => {
    const by = core.account(/(?:^|;\s*)world_user=([^;]+)/.exec(cookie)?.[1] ?? "");
    const repository = core.repositoryNamed(decodeURIComponent(owner), decodeURIComponent(name));
    const at = decodeURIComponent(branch);
    if (url.href.length > longestAddress) return page("<h1>414 URI Too Long</h1>", 414);
    if (by === undefined || repository === undefined || !repository.branches.has(at)) return page("<h1>404</h1>", 404);
    if (!atLeast(core.roleOf(repository, by.id), "write")) return page("<h1>404</h1>", 404);
    if (method === "POST") {
      const fields = new URLSearchParams(text);
      const path = fields.get("filename") ?? "";
      // A browser's form sends line ends as CR LF; GitHub's editor keeps those that were there.
      const value = (fields.get("value") ?? "").replaceAll("\r\n", "\n");
      commitFiles({ core, hooks }, repository, by.id, { [path]: value }, `Create ${path}`, at);
      return page(`<h1>${escape(path)}</h1><p>Committed to ${escape(at)}.</p>`);
    }
    const [filename, value] = [url.searchParams.get("filename") ?? "", url.searchParams.get("value") ?? ""];
    return page(
      `<h1>New file in ${escape(`${owner}/${name}`)}</h1><form method="post" action="${escape(url.pathname)}">` +
        `<p><label>Name your file <input name="filename" value="${escape(filename)}"></label></p>` +
        `<p><label>File contents <textarea name="value" rows="20" cols="100">\n${escape(value)}</textarea></label></p>` +
        "<button>Commit changes</button></form>",
    );
  };
}
