"""A person's practice: a disk, a clock that runs over a tape, and what is made of a history.

The rooms, from the top: odds, scenarios, venues and accounts; views and calculators; sessions;
rehearsal files; the library of what can be used, and the words for what happens.
"""
