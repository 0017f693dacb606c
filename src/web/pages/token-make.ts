import { html } from "hono/html";
import { createCommand, tokenName } from "../../domain/token-command.ts";
import type { Html } from "../responses.ts";
import { command } from "./pieces.ts";
import type { Sealing } from "./token-form.ts";

interface Asked {
  maxDays: number;
  bypass2fa: string | null;
  limits: string[];
}

/** How to make a token that fits: npm's command, or what to choose on npm's site. */
export function makeStep({ places, releaseId }: Sealing, asked: Asked, days: number): Html {
  const packages = [...new Set(places.flatMap((place) => place.packages))].toSorted();
  const [first] = places;
  const wish = { packages, mode: first?.mode ?? "otp", registry: first?.registry ?? null, days };
  const which = packages.length === 1 ? "this package" : `these ${packages.length} packages`;
  return html`<div class="stack-small">
    <h2>Make a token at npm</h2>
    <p>It may publish ${which} and nothing else, and npm still asks you for the second factor.</p>
    ${command(createCommand(wish))}
    ${releaseId === null ? null : html`<p class="hint">It is used for this release and forgotten then: revoke it at npm afterwards.</p>`}
    ${asked.limits.map((limit) => html`<p class="hint">${limit}</p>`)}
    <details>
      <summary>Or on npm's site</summary>
      <p>Your picture → Access Tokens → Generate New Token → Granular Access Token. Choose:</p>
      <ul>
        <li>Token name: <code>${tokenName(packages)}</code></li>
        <li>Bypass two-factor authentication: ${asked.bypass2fa === null ? "off" : "off, unless you need it"}</li>
        <li>Expiration: ${days} days${asked.maxDays > days ? html` (${asked.maxDays} at most)` : null}</li>
        <li>Packages and scopes: Read and write, only select packages: ${packages.join(", ")}</li>
        <li>Organizations: No access</li>
      </ul>
    </details>
  </div>`;
}
