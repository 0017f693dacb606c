import { seenRepositories } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";

/** What the person still has to do at npm, oldest first. */
export async function listTodos(visit: SignedApiVisit) {
  const [seen, todos] = await Promise.all([seenRepositories(visit), visit.parts.desk.todosOf(visit.session.person)]);
  return { todos: todos.map((todo) => ({ ...todo, repository: seen.get(todo.repositoryId) ?? null })) };
}

/** The person says that it is done. */
export async function closeTodo(visit: SignedApiVisit): Promise<null> {
  await visit.parts.desk.closeTodo({ person: visit.session.person, todoId: visit.params["id"] ?? "" });
  return null;
}
