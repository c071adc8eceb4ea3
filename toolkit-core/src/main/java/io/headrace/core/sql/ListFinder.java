package io.headrace.core.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the parameters that stand alone in the brackets of {@code IN (:name)}. Fed with every token in order. */
final class ListFinder {

    private final List<ListPlace> places = new ArrayList<>();

    /** The start of the last {@code NOT}, and of the last {@code IN} with the {@code NOT} before it; -1 behind others. */
    private int notAt = -1;

    private int inAt = -1;
    private boolean negated;
    private boolean opened;
    private @Nullable Candidate candidate;

    private record Candidate(int occurrence, int start, boolean negated, int colon, int nameEnd) {}

    /**
     * Takes the next token.
     *
     * @param occurrence which occurrence of a parameter this token is, if it is one
     */
    void accept(SqlLexer token, int occurrence) {
        if (candidate != null) {
            if (token.isSymbol(')')) {
                places.add(new ListPlace(
                        candidate.occurrence(),
                        candidate.colon() - candidate.start(),
                        token.end() - candidate.nameEnd(),
                        candidate.negated()));
            }
            candidate = null;
        }
        if (token.kind() == SqlLexer.Kind.PARAMETER) {
            if (opened) {
                candidate = new Candidate(occurrence, inAt, negated, token.start(), token.end());
            }
            forget();
        } else if (token.isWord("IN")) {
            negated = notAt >= 0;
            inAt = negated ? notAt : token.start();
            notAt = -1;
            opened = false;
        } else if (inAt >= 0 && !opened && token.isSymbol('(')) {
            opened = true;
        } else {
            forget();
            notAt = token.isWord("NOT") ? token.start() : -1;
        }
    }

    List<ListPlace> places() {
        return List.copyOf(places);
    }

    private void forget() {
        inAt = -1;
        notAt = -1;
        opened = false;
    }
}
