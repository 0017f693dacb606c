const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** Why an address can't be a registry's, as a sentence that doesn't repeat it (there may be a password in it); null: it can. */
export function registryProblem(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return "write the registry's whole address, beginning with `https://`.";
  if (url.username !== "" || url.password !== "")
    return "leave name and password out of the registry's address, and change that password: it stands in the repository.";
  if (url.search !== "" || url.hash !== "") return "leave out what follows `?` or `#` in the registry's address.";
  if (url.protocol === "https:" || (url.protocol === "http:" && loopback.includes(url.hostname))) return null;
  return "a registry's address begins with `https://` (plain `http://` only on loopback).";
}
