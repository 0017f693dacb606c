/**
 * What every answer carries. No inline script or style, nothing from elsewhere, no framing, no address leaves with a link.
 * `form-action 'self'` holds since signing in is a link, not a form.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/**
 * Adds the security headers to an answer; `no-store` where it doesn't say how long it may be kept. `forms`: an origin that this page's
 * forms may be sent to besides our own.
 */
export function secured(response: Response, publicUrl: string, forms?: string): Response {
  const headers = new Headers(response.headers);
  headers.set(
    "content-security-policy",
    forms === undefined ? policy : policy.replace("form-action 'self'", `form-action 'self' ${forms}`),
  );
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (publicUrl.startsWith("https:")) headers.set("strict-transport-security", "max-age=31536000");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  return new Response(response.body, { status: response.status, headers });
}

/**
 * Whether an unsafe request comes from a page of ours. Browsers send Origin with every POST and, on secure origins, Sec-Fetch-Site;
 * what sends neither is no browser and has no business with a form.
 */
export function isOurs(request: Request, publicUrl: string): boolean {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  // `no-referrer` makes some browsers send `Origin: null` with a form; then Sec-Fetch-Site has to vouch for it.
  if (origin === null || origin === "null") return site === "same-origin";
  return origin === new URL(publicUrl).origin;
}
