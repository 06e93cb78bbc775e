import { tryHeldBack } from '../support/held-back';

tryHeldBack(['less', 'equal', 'themselves']);
