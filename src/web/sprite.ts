import { createHash } from "node:crypto";
import { assetFile } from "./assets.ts";
import { iconPaths } from "./assets/icon-paths.ts";
import type { IconName } from "./assets/icon-paths.ts";

const symbols = Object.entries(iconPaths).map(
  ([name, paths]) => `<symbol id="${name}" viewBox="0 0 16 16">${paths}</symbol>`,
);
const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);

/** All icons in one file, at an address that its content names: a browser asks for it once. */
export const sprite = { path: `/assets/icons-${hash}.svg`, file: assetFile("icons.svg", Buffer.from(text)) };

/** Address of one icon in it, for `<use>`. */
export function iconAddress(name: IconName): string {
  return `${sprite.path}#${name}`;
}
