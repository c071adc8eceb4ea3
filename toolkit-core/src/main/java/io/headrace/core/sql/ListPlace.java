package io.headrace.core.sql;

/**
 * A place where a list may stand: {@code IN (:name)} or {@code NOT IN (:name)} with nothing else in the brackets.
 *
 * @param occurrence which occurrence of a parameter it is, counted from 0
 * @param before how many characters before the colon belong to the operator and its bracket
 * @param after how many characters behind the name belong to the bracket
 * @param negated whether it is {@code NOT IN}
 */
public record ListPlace(int occurrence, int before, int after, boolean negated) {}
