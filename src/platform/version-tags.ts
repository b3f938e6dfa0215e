/** Tags that register versions of models; annotated, since GTO reads no others. */
export interface VersionTags {
  /**
   * Makes an annotated tag on a commit unless it is there. One on another commit, or one that is not annotated:
   * ConfigError.
   */
  ensure(tag: { tag: string; sha: string; message: string }): Promise<'created' | 'unchanged'>;
}
