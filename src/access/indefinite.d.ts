declare module 'indefinite' {
  /** The word with the article that its sound needs: "an Admin", "a User". */
  export default function indefinite(word: string): string;
}
