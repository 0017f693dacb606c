/** Why a tarball isn't read to its end, as half a sentence: `it has more than 100000 files`. Never holds a name from it. */
export class TarballError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "TarballError";
  }
}
