/** What a test switches on: requests that fail, deliveries that get lost. */
export interface RequestFault {
  /** GitHub's operation id, e.g. `actions/create-or-update-environment-secret`; absent: any. */
  operation?: string;
  /** Only the nth matching request, counted from 1; absent: each. */
  nth?: number;
  /** How often at most. */
  times?: number;
  /** Answered without any effect. */
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  /** The effect happens, but the connection is dropped before the answer. */
  dropAnswer?: boolean;
  /** Run before the effect, e.g. to kill the app there. */
  before?: () => void | Promise<void>;
  /** Run after the effect and before the answer. */
  after?: () => void | Promise<void>;
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
  of(operation: string): RequestFault | null {
    for (const fault of this.#requests) {
      if (fault.operation !== undefined && fault.operation !== operation) continue;
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
