/** Reads a time as people write it (`90s`, `20m`, `1h30m`) into seconds; null where it isn't one. */
export function parseDuration(text: string): number | null {
  const read = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text.trim());
  if (read === null || read[0] === "") return null;
  const [hours, minutes, seconds] = [read[1], read[2], read[3]].map((part) => Number(part ?? "0"));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** Whole seconds as people write them, the way `parseDuration` reads them: 5400 is `1h30m`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: Array<[number, string]> = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole % 60, "s"],
  ];
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}
