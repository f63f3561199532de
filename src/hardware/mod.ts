export type { DataParser, DataProblem } from "./data_problem.ts";
