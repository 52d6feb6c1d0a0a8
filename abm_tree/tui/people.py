from abm_tree.tui.of_walk import OfWalk
from abm_tree.tui.text import row
from abm_tree.tui.view import Pane, Picture


class People(OfWalk):
    name = "people"

    def picture(self, size):
        return Picture(Pane([row("People")]))
