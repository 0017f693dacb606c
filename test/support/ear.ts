/** What a listener heard, as promises in order. */
export function ear() {
  const heard: string[] = [];
  let tell = (): void => undefined;
  const hear = (payload: string): void => {
    heard.push(payload);
    tell();
  };
  const until = async (count: number): Promise<string[]> => {
    while (heard.length < count) await new Promise<void>((resolve) => (tell = resolve));
    return heard;
  };
  return { hear, until, heard };
}
