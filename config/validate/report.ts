/** How one rule tells of one problem: the key below the job, and what is wrong with it and what to do. */
export type Report = (key: string, message: string) => void;
