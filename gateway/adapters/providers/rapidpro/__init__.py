"""RapidPro (TextIt): its lines are ours, too. A flow hands us what citizens text."""
