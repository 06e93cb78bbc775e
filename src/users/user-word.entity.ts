import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from './user.entity';

/** What somebody is found by, of `storedWords`; written with every change of a name or an address. */
@Entity('user_words')
export class UserWord {
  @PrimaryColumn({ length: 64 })
  word!: string;

  @Index('user_words_user')
  @PrimaryColumn({ name: 'user_id' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_user_words_user' })
  user?: Relation<User>;
}
