export { ADMIN_TOKEN_LENGTH_MIN, createWeb, type Web } from "./web.ts";
export * from "./ports.ts";
export * from "./views.ts";
export { hashPassword, SCRYPT_COST, type ScryptCost, verifyPassword } from "./sign_in/password.ts";
export { judgePassword, type PasswordProblem } from "./sign_in/password_rules.ts";
export { createFirstUser, type FirstUser, oneTimePassword } from "./sign_in/first_user.ts";
export * from "./reason_view.ts";
export { limitWords } from "./limit_words.ts";
export { formatOf } from "./format.ts";
