import type { Permission } from "./types.ts";

export function permissionsOf(operationId: string): readonly Permission[] {
  void operationId;
  return [];
}
