/** What a child process has of our environment and nothing else: where programs are, and what Node compiled before. */
export function inherited(): Record<string, string> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH: PATH ?? "", ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}
