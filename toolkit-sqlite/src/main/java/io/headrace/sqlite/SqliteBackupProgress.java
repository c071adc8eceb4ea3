package io.headrace.sqlite;

/**
 * How far a backup has come.
 *
 * @param pagesCopied pages that are in the copy
 * @param pagesTotal pages that there are
 */
public record SqliteBackupProgress(int pagesCopied, int pagesTotal) {

    /** Whether this is the last one. */
    public boolean isComplete() {
        return pagesCopied == pagesTotal;
    }
}
