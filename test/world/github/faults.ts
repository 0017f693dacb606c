/** What a test switches on: requests that fail, deliveries that get lost. */
export interface RequestFault {
  /** GitHub's operation id, e.g. `actions/create-or-update-environment-secret`; absent: any. */
  operation?: string;
  method?: string;
  /** GitHub's route template, the path itself, or a pattern for the path; also `/login/oauth/access_token`. */
  route?: string | RegExp;
  /** Only the nth matching request, counted from 1; absent: each. */
  nth?: number;
  /** How often at most. */
  times?: number;
  /** Answered without any effect. */
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  /** The connection is dropped, without any effect. */
  dropRequest?: boolean;
  /** The effect happens, but the answer has this status. */
  statusAfter?: number;
  /** The effect happens, but the connection is dropped before the answer. */
  dropAnswer?: boolean;
  /** Run before the effect, e.g. to kill the app there; a request waits as long as the promise does. */
  before?: (request: Handled) => void | Promise<void>;
  /** Run after the effect and before the answer. */
  after?: (request: Handled) => void | Promise<void>;
}

/** A request as a fault sees it. */
export interface Handled {
  operationId: string | null;
  method: string;
  path: string;
  /** GitHub's route template. */
  route: string | null;
}

export type DeliveryFate = "lose" | "double" | "hold" | "send";

export class Faults {
  #requests: Array<RequestFault & { seen: number; used: number }> = [];
  #fate: (event: string, action: string | null) => DeliveryFate = () => "send";

  /** Switches a fault on; the function returned switches it off. */
  on(fault: RequestFault): () => void {
    const entry = { ...fault, seen: 0, used: 0 };
    this.#requests.push(entry);
    return () => {
      this.#requests = this.#requests.filter((one) => one !== entry);
    };
  }

  /** The fault for a request that is being handled, if one is on. */
  of(request: Handled): RequestFault | null {
    for (const fault of this.#requests) {
      if (!concerns(fault, request)) continue;
      fault.seen += 1;
      if (fault.nth !== undefined && fault.seen !== fault.nth) continue;
      if (fault.times !== undefined && fault.used >= fault.times) continue;
      fault.used += 1;
      return fault;
    }
    return null;
  }

  /** Decides what becomes of each delivery. */
  deliveries(fate: (event: string, action: string | null) => DeliveryFate): void {
    this.#fate = fate;
  }

  fate(event: string, action: string | null): DeliveryFate {
    return this.#fate(event, action);
  }

  clear(): void {
    this.#requests = [];
    this.#fate = () => "send";
  }
}

function concerns({ operation, method, route }: RequestFault, request: Handled): boolean {
  if (operation !== undefined && operation !== request.operationId) return false;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (route instanceof RegExp) return route.test(request.path);
  return route === undefined || route === request.route || route === request.path;
}
