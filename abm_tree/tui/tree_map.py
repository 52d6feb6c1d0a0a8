from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import row
from abm_tree.tui.view import Pane, Picture


class TreeMap(OfWalk):
    name = "map"

    def picture(self, size):
        return Picture(Pane([row("TreeMap")]))
