/** What is said to somebody, said about them: "Prove again who you are" becomes "Prove again who they are". */
export function inThirdPerson(text: string): string {
  return text
    .replace(/\byour\b/g, 'their')
    .replace(/\byou are\b/g, 'they are')
    .replace(/\byou\b/g, 'them');
}

/** A title within a sentence: "See your account" becomes "see your account"; a name like GDPR stays as it is. */
export function withinSentence(title: string): string {
  return /^\p{Lu}\p{Ll}*\b/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
