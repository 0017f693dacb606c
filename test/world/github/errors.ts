/** An answer that isn't the wished-for one, with GitHub's body. */
export class Answer extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, more: { headers?: Record<string, string>; body?: unknown } = {}) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    // GitHub's own description names no `status` in a 422.
    const told = status === 422 ? {} : { status: String(status) };
    this.body = more.body ?? { message, documentation_url: "https://docs.github.com/rest", ...told };
  }
}

export const notFound = (): Answer => new Answer(404, "Not Found");
export const forbidden = (accepted?: string): Answer =>
  new Answer(403, "Resource not accessible by integration", {
    headers: accepted === undefined ? {} : { "x-accepted-github-permissions": accepted },
  });
export const invalid = (message: string): Answer => new Answer(422, message);
