/* Tables that can be sorted and filtered. Python makes them and has escaped everything in them. */

/** Give the tables in an element what they need beyond their HTML. */
function dressTables(_root, _words, _say) {}
