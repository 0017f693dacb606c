import tseslint from "typescript-eslint";

/** Few rules, each against a mistake that would cost something: above all a promise that nobody waits for. */
export default tseslint.config(
  { ignores: ["node_modules", "generated", "action/*/dist", "**/*.mjs"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "no-unused-expressions": "error",
      eqeqeq: "error",
      "no-eval": "error",
    },
  },
  {
    // Time and chance come in as arguments.
    files: ["src/domain/**/*.ts", "src/desk/**/*.ts", "src/chat/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take the clock as an argument." },
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: "Take the clock as an argument." },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: "Take ids as an argument." },
      ],
    },
  },
);
